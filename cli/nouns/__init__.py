"""What is done less often, under a noun: programme, operation, staff, ops."""
