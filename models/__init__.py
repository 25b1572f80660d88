"""Everything that computes: encoders and their weights, and the fakes that stand in for them."""
