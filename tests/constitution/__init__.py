"""What must never be built, each as a test that fails when somebody builds it (the promise P25).

Whoever changes a list in this folder changes what the house promises: two people, one of them from
outside the operator, agree, and the change stands in the public change log.
"""
