"""Every sentence the companion says, as Messages and Forms."""
