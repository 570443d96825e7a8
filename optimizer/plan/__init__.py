"""What the planner gets: rotations, itineraries, trucks and money."""
