"""The screens of the desk: my day, the queue, a case, people."""
