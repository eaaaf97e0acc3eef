"""The lecture's maths: networks, losses, optimisers and the train loop. NumPy only."""
