"""Register and sign in, in every way."""

import secrets

from tests.e2e.conftest import Way

OFFICE = {
    "Your name": "Desk Sample",
    "E-mail": "desk@office.example",
    "Phone": "414-555-0177",
    "Office name": "Sample Clinic",
    "Primary physician": "Iris Sample, MD",
    "NPI": "1234567893",
    "TIN": "39-1000017",
    "Address": "1 Sample Street, Madison, WI 53703",
    "Office phone": "414-555-0178",
}


def test_register(way: Way):
    hands = way.begin()
    hands.press("link", "Register")
    hands.heading("Register your office")
    username = f"desk-{secrets.token_hex(4)}"
    for label, words in {**OFFICE, "Username": username, "Password": "Copper-Meadow-58!"}.items():
        hands.write(label, words)
    hands.press("button", "Register")
    hands.heading("Sign in")
    hands.sees("Your account is ready.")


def test_sign_in(way: Way):
    hands = way.begin()
    hands.press("link", "Sign in with Username / Password")
    hands.write("Username", "amy")
    hands.write("Password", "not this one")
    hands.press("button", "Sign in")
    hands.sees("There is a problem")
    hands.sign_in("amy")
    hands.heading("Authorization requests")
