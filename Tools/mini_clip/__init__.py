"""The parts of Tools/pretrain_mini_clip.py."""
