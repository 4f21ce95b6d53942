"""How advisers learn what they sell: short courses with a quiz, certificates, skills and coaching."""
