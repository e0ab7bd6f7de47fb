"""A package, so that tests can share their builders."""
