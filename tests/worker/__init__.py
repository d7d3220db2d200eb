"""The worker: letters that get out whatever happens, and time that acts."""
