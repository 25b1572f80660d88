"""What happens to a question: one file a step, and the graph that joins them."""
