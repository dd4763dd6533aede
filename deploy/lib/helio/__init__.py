"""Starts and drives a whole Heliograph site on one host: the quick start and the end-to-end tests share it.

Only Python's standard library, Debian 12's python3. Modules: ports, process, directory (slapd), configs (one file per
daemon), site (all of it together), messages (what is sent and how it is compared).
"""
