"""How we know that it is good: measures on judged questions, and speed."""
