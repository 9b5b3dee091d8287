print("asu-worker")
