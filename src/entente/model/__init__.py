"""What is said: frozen values, checked when made. Knows nothing of disks, wires, clocks or who asks."""
