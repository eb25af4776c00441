"""What many tasks share: results already found, so that no task has to find them again."""
