"""The duties that customers' data brings: erasing it, exporting it, keeping it no longer than needed."""
