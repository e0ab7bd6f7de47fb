"""What an author of lessons needs: normalised source notebooks, and the learner copies made from them."""
