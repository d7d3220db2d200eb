"""The law room: what must be done, and by when. Pure: it reads its own files and speaks to nobody."""
