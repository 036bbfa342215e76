"""What people see and decide: flags and answers, questions, stories, search, the desk.

In: ids, filters and decisions of a person. Out: values, and decisions with their author.
Never renders: command line, page and API print the same values.
"""
