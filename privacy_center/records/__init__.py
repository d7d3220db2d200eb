"""What do we know, what has happened, what is still to be done?"""
