"""The rows of matrix_test.py, by what is wrong: the certificate, the envelope, the right, the amount."""
