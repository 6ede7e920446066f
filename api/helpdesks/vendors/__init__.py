"""One module for each helpdesk: its options, and the adapter that speaks its language."""
