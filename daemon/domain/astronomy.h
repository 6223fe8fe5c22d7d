#ifndef GATEPOST_DAEMON_DOMAIN_ASTRONOMY_H_
#define GATEPOST_DAEMON_DOMAIN_ASTRONOMY_H_

#include "absl/time/time.h"

// When the moon is new and where the sun stands: what the lunisolar calendars are made of. Good for
// the years 1900 to 2200. Instants are UTC, taken as equal to UT1 (they differ by less than 0.9 s).
// Pure functions; thread-safe.
namespace gatepost::domain {

// The instant of a new moon, by number: 0 is that of 2000-01-06 18:14 UTC, -283 that of 1977-02-18.
// Within some 20 s of the ephemerides as far as the earth's rotation is known (see DeltaT). Source:
// J. Meeus, Astronomical Algorithms, 2nd edition, chapter 49, with all its terms.
absl::Time NewMoon(int lunation);

// The sun's apparent geocentric longitude in degrees, from 0 up to, not including, 360; 270 is the
// winter solstice. Within 2" (50 s of the sun's way). Source: the terms of VSOP87 in Meeus,
// appendix III, with nutation (chapter 22) and aberration (chapter 25).
double SunLongitude(absl::Time instant);

// TT - UT at `instant`: measured up to 2020, later the course of the day's length over the
// centuries. What comes is uncertain: by seconds in 2050, half a minute in 2100, minutes in 2200.
// Sources: the polynomials of Espenak and Meeus (NASA, 2006) up to 2005; IERS for 2005 and 2020;
// Stephenson, Morrison and Hohenkerk (Proc. R. Soc. A 472, 2016) from then on.
absl::Duration DeltaT(absl::Time instant);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_ASTRONOMY_H_
