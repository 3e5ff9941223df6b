"""Reading without trusting: bytes become trees and members, or an UnreadableInput with a stable code."""
