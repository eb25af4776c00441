"""What many tasks share: things that were found already, so that each need not find them again."""
