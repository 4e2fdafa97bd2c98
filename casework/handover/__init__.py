"""Handing people over from prison staff to the work coaches of the area that they go to."""
