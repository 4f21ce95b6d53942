"""Facts with memory: what each fact was and when, who was told it, and what they are owed when it changes.

``facts`` says what is kept and in which words it is told, ``versions`` keeps the history, ``stated`` finds facts in a
written text, ``tellings`` notes who was told what, ``corrections`` drafts what those told an old fact are owed.
"""
