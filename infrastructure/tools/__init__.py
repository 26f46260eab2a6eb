"""The operator's tools of a host on AWS. `infrastructure/deploy --help` and its neighbours are the way in."""
