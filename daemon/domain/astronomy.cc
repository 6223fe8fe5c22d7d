#include "daemon/domain/astronomy.h"

#include <cmath>
#include <numbers>
#include <span>

namespace gatepost::domain {
namespace {

constexpr double kRadians = std::numbers::pi / 180;
constexpr double kDaysPerCentury = 36525;
constexpr double kSecondsPerDay = 86400;

// 2000-01-01 12:00, the zero of `days` below: in TT unless said otherwise.
constexpr int64_t kEpochUnixSeconds = 946728000;

double Days(absl::Duration time) { return absl::ToDoubleSeconds(time) / kSecondsPerDay; }

double UtDays(absl::Time instant) {
  return Days(instant - absl::FromUnixSeconds(kEpochUnixSeconds));
}

double Sine(double degrees) { return std::sin(degrees * kRadians); }

// c[0] + c[1] x + c[2] x² + ...
double Polynomial(double x, std::span<const double> c) {
  double sum = 0;
  for (size_t at = c.size(); at > 0; --at) sum = sum * x + c[at - 1];
  return sum;
}

// ---- the earth's rotation ----

// ΔT in seconds as a polynomial in (year - zero), up to the year `until`.
struct DeltaTSpan {
  double until;
  double zero;
  double c[6];
};
constexpr DeltaTSpan kDeltaTSpans[] = {
    {1920, 1900, {-2.79, 1.494119, -0.0598939, 0.0061966, -0.000197}},
    {1941, 1920, {21.20, 0.84493, -0.076100, 0.0020936}},
    {1961, 1950, {29.07, 0.407, -1.0 / 233, 1.0 / 2547}},
    {1986, 1975, {45.45, 1.067, -1.0 / 260, -1.0 / 718}},
    {2005, 2000, {63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599}},
    {2020, 2005, {64.69, (69.36 - 64.69) / 15}}};

// The integral of the excess of a day over 86,400 s, 1.72 t - 3.5 sin(2π (t + 0.75) / 14) ms, over
// the days since 1825, t in centuries; the constant makes it meet the measured 69.36 s in 2020.
double LaterDeltaT(double year) {
  double t = (year - 1825) / 100;
  return -150.17 + 31.4115 * t * t + 284.8436 * std::cos(2 * std::numbers::pi * (t + 0.75) / 14);
}

double DeltaTSeconds(double ut_days) {
  double year = 2000 + ut_days / 365.25;
  for (const DeltaTSpan& span : kDeltaTSpans) {
    if (year < span.until) return Polynomial(year - span.zero, span.c);
  }
  return LaterDeltaT(year);
}

// ---- the moon ----

// A periodic term: `days` times E^|m| times the sine of m M + a A + f F, where M and A are the mean
// anomalies of sun and moon, and F is the moon's argument of latitude.
struct MoonTerm {
  double days;
  int m;
  int a;
  int f;
};
constexpr MoonTerm kMoonTerms[] = {
    {-0.40720, 0, 1, 0}, {0.17241, 1, 0, 0},    {0.01608, 0, 2, 0},  {0.01039, 0, 0, 2},
    {0.00739, -1, 1, 0}, {-0.00514, 1, 1, 0},   {0.00208, 2, 0, 0},  {-0.00111, 0, 1, -2},
    {-0.00057, 0, 1, 2}, {0.00056, 1, 2, 0},    {-0.00042, 0, 3, 0}, {0.00042, 1, 0, 2},
    {0.00038, 1, 0, -2}, {-0.00024, -1, 2, 0},  {-0.00007, 2, 1, 0}, {0.00004, 0, 2, -2},
    {0.00004, 3, 0, 0},  {0.00003, 1, 1, -2},   {0.00003, 0, 2, 2},  {-0.00003, 1, 1, 2},
    {0.00003, -1, 1, 2}, {-0.00002, -1, 1, -2}, {-0.00002, 1, 3, 0}, {0.00002, 0, 4, 0}};

// What the planets add: `days` times the sine of (zero + rate k) degrees.
struct PlanetTerm {
  double zero;
  double rate;
  double days;
};
constexpr PlanetTerm kPlanetTerms[] = {
    {299.77, 0.107408, 0.000325},  {251.88, 0.016321, 0.000165}, {251.83, 26.651886, 0.000164},
    {349.42, 36.412478, 0.000126}, {84.66, 18.206239, 0.000110}, {141.74, 53.303771, 0.000062},
    {207.14, 2.453732, 0.000060},  {154.84, 7.306860, 0.000056}, {34.52, 27.261239, 0.000047},
    {207.19, 0.121824, 0.000042},  {291.34, 1.844379, 0.000040}, {161.72, 24.198154, 0.000037},
    {239.56, 25.513099, 0.000035}, {331.55, 3.592518, 0.000023}};

// The new moon's instant, in days of TT.
double NewMoonDays(int lunation) {
  double k = lunation;
  double t = k / 1236.85;
  double mean = 5.09766 + 29.530588861 * k +
                t * t * Polynomial(t, {{0.00015437, -0.000000150, 0.00000000073}});
  double e = Polynomial(t, {{1, -0.002516, -0.0000074}});
  double m = 2.5534 + 29.10535670 * k + t * t * Polynomial(t, {{-0.0000014, -0.00000011}});
  double a =
      201.5643 + 385.81693528 * k + t * t * Polynomial(t, {{0.0107582, 0.00001238, -0.000000058}});
  double f =
      160.7108 + 390.67050284 * k + t * t * Polynomial(t, {{-0.0016118, -0.00000227, 0.000000011}});
  double node = 124.7746 - 1.56375588 * k + t * t * Polynomial(t, {{0.0020672, 0.00000215}});
  double days = mean - 0.00017 * Sine(node);
  for (const MoonTerm& term : kMoonTerms) {
    days += term.days * std::pow(e, std::abs(term.m)) * Sine(term.m * m + term.a * a + term.f * f);
  }
  for (const PlanetTerm& term : kPlanetTerms) {
    double bend = &term == kPlanetTerms ? -0.009173 * t * t : 0;
    days += term.days * Sine(term.zero + term.rate * k + bend);
  }
  return days;
}

// ---- the sun ----

// A term of the earth's heliocentric longitude: `size` (1e-8 radians) times the cosine of
// phase + rate t, t in thousands of Julian years of TT since 2000.
struct SunTerm {
  double size;
  double phase;
  double rate;
};
constexpr SunTerm kSunTerms0[] = {{175347046, 0, 0},           {3341656, 4.6692568, 6283.07585},
                                  {34894, 4.6261, 12566.1517}, {3497, 2.7441, 5753.3849},
                                  {3418, 2.8289, 3.5231},      {3136, 3.6277, 77713.7715},
                                  {2676, 4.4181, 7860.4194},   {2343, 6.1352, 3930.2097},
                                  {1324, 0.7425, 11506.7698},  {1273, 2.0371, 529.691},
                                  {1199, 1.1096, 1577.3435},   {990, 5.233, 5884.927},
                                  {902, 2.045, 26.298},        {857, 3.508, 398.149},
                                  {780, 1.179, 5223.694},      {753, 2.533, 5507.553},
                                  {505, 4.583, 18849.228},     {492, 4.205, 775.523},
                                  {357, 2.92, 0.067},          {317, 5.849, 11790.629},
                                  {284, 1.899, 796.298},       {271, 0.315, 10977.079},
                                  {243, 0.345, 5486.778},      {206, 4.806, 2544.314},
                                  {205, 1.869, 5573.143},      {202, 2.458, 6069.777},
                                  {156, 0.833, 213.299},       {132, 3.411, 2942.463},
                                  {126, 1.083, 20.775},        {115, 0.645, 0.98},
                                  {103, 0.636, 4694.003},      {102, 0.976, 15720.839},
                                  {102, 4.267, 7.114},         {99, 6.21, 2146.17},
                                  {98, 0.68, 155.42},          {86, 5.98, 161000.69},
                                  {85, 1.3, 6275.96},          {85, 3.67, 71430.7},
                                  {80, 1.81, 17260.15},        {79, 3.04, 12036.46},
                                  {75, 1.76, 5088.63},         {74, 3.5, 3154.69},
                                  {74, 4.68, 801.82},          {70, 0.83, 9437.76},
                                  {62, 3.98, 8827.39},         {61, 1.82, 7084.9},
                                  {57, 2.78, 6286.6},          {56, 4.39, 14143.5},
                                  {56, 3.47, 6279.55},         {52, 0.19, 12139.55},
                                  {52, 1.33, 1748.02},         {51, 0.28, 5856.48},
                                  {49, 0.49, 1194.45},         {41, 5.37, 8429.24},
                                  {41, 2.4, 19651.05},         {39, 6.17, 10447.39},
                                  {37, 6.04, 10213.29},        {37, 2.57, 1059.38},
                                  {36, 1.71, 2352.87},         {36, 1.78, 6812.77},
                                  {33, 0.59, 17789.85},        {30, 0.44, 83996.85},
                                  {30, 2.74, 1349.87},         {25, 3.16, 4690.48}};
constexpr SunTerm kSunTerms1[] = {{628331966747, 0, 0},       {206059, 2.678235, 6283.07585},
                                  {4303, 2.6351, 12566.1517}, {425, 1.59, 3.523},
                                  {119, 5.796, 26.298},       {109, 2.966, 1577.344},
                                  {93, 2.59, 18849.23},       {72, 1.14, 529.69},
                                  {68, 1.87, 398.15},         {67, 4.41, 5507.55},
                                  {59, 2.89, 5223.69},        {56, 2.17, 155.42},
                                  {45, 0.4, 796.3},           {36, 0.47, 775.52},
                                  {29, 2.65, 7.11},           {21, 5.34, 0.98},
                                  {19, 1.85, 5486.78},        {19, 4.97, 213.3},
                                  {17, 2.99, 6275.96},        {16, 0.03, 2544.31},
                                  {16, 1.43, 2146.17},        {15, 1.21, 10977.08},
                                  {12, 2.83, 1748.02},        {12, 3.26, 5088.63},
                                  {12, 5.27, 1194.45},        {12, 2.08, 4694},
                                  {11, 0.77, 553.57},         {10, 1.3, 6286.6},
                                  {10, 4.24, 1349.87},        {9, 2.7, 242.73},
                                  {9, 5.64, 951.72},          {8, 5.3, 2352.87},
                                  {6, 2.65, 9437.76},         {6, 4.67, 4690.48}};
constexpr SunTerm kSunTerms2[] = {
    {52919, 0, 0},     {8720, 1.0721, 6283.0758}, {309, 0.867, 12566.152}, {27, 0.05, 3.52},
    {16, 5.19, 26.3},  {16, 3.68, 155.42},        {10, 0.76, 18849.23},    {9, 2.06, 77713.77},
    {7, 0.83, 775.52}, {5, 4.66, 1577.34},        {4, 1.03, 7.11},         {4, 3.44, 5573.14},
    {3, 5.14, 796.3},  {3, 6.05, 5507.55},        {3, 1.19, 242.73},       {3, 6.12, 529.69},
    {3, 0.31, 398.15}, {3, 2.28, 553.57},         {2, 4.38, 5223.69},      {2, 3.75, 0.98}};
constexpr SunTerm kSunTerms3[] = {{289, 5.844, 6283.076}, {35, 0, 0},      {17, 5.49, 12566.15},
                                  {3, 5.2, 155.42},       {1, 4.72, 3.52}, {1, 5.3, 18849.23},
                                  {1, 5.97, 242.73}};
constexpr SunTerm kSunTerms4[] = {{114, 3.142, 0}, {8, 4.13, 6283.08}, {1, 3.84, 12566.15}};

double Sum(std::span<const SunTerm> terms, double t) {
  double sum = 0;
  for (const SunTerm& term : terms) sum += term.size * std::cos(term.phase + term.rate * t);
  return sum;
}

// What nutation adds to the longitude, in seconds of arc; t in centuries.
double Nutation(double t) {
  double node = 125.04452 - 1934.136261 * t;
  double sun = 280.4665 + 36000.7698 * t;
  double moon = 218.3165 + 481267.8813 * t;
  return -17.20 * Sine(node) - 1.32 * Sine(2 * sun) - 0.23 * Sine(2 * moon) + 0.21 * Sine(2 * node);
}

// What aberration takes from it, in seconds of arc; t in thousands of years.
double Aberration(double t) {
  double distance = 1.00013989 + 0.01670700 * std::cos(3.0984635 + 6283.07585 * t) +
                    0.00013956 * std::cos(3.05525 + 12566.1517 * t);
  return 20.4898 / distance;
}

}  // namespace

absl::Duration DeltaT(absl::Time instant) { return absl::Seconds(DeltaTSeconds(UtDays(instant))); }

absl::Time NewMoon(int lunation) {
  double days = NewMoonDays(lunation);
  return absl::FromUnixSeconds(kEpochUnixSeconds) +
         absl::Seconds(days * kSecondsPerDay - DeltaTSeconds(days));
}

double SunLongitude(absl::Time instant) {
  double ut_days = UtDays(instant);
  double t = (ut_days + DeltaTSeconds(ut_days) / kSecondsPerDay) / (10 * kDaysPerCentury);
  double earth = Polynomial(t, {{Sum(kSunTerms0, t), Sum(kSunTerms1, t), Sum(kSunTerms2, t),
                                 Sum(kSunTerms3, t), Sum(kSunTerms4, t)}}) *
                 1e-8 / kRadians;
  // 0.09033": from the dynamical equinox of VSOP87 to that of the FK5 catalogue.
  double seconds = Nutation(10 * t) - Aberration(t) - 0.09033;
  double degrees = std::fmod(earth + 180 + seconds / 3600, 360);
  return degrees < 0 ? degrees + 360 : degrees;
}

}  // namespace gatepost::domain
