"""The counter at which the whole school is asked: cases with a deadline, the queue, the answer, the person page
and the adviser's day. It never knows why a case was opened."""
