"""What the integration tests share: a sandbox, signing, calls, and a second reader of the ledger.

Nothing here shares code with the product: what a test believes of a node, it found by itself.
"""
