"""The picture at sea, life first. Its first part: every distress and life-saving report, none refused, none merged."""
