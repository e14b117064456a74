"""Where pages come from: the live site, or an invented racing world served over loopback HTTP."""
