"""Journeys: what somebody is sent and asked over time, step by step, and what depends on what they do meanwhile.

``steps`` is the shape of a journey, ``moves`` what a step does, ``walking`` moves real people, ``playing`` moves
imagined ones by the same moves, ``drawing`` changes a draft, ``states`` starts and stops it, ``figures`` counts.
"""
