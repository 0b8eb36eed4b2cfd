"""How the material on Petrograd in 1917 becomes the tables of the scenario: every decision in one place."""
