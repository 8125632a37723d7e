"""The course: student and teacher editions, slides and grading, all made from one source a lesson."""
