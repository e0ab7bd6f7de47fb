"""What a learner sees and clicks: the cluster board.  No simulation here and none in the page."""
