"""Policy files that ship with Rifq."""
