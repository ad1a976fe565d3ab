// A loss d(x, q) is told by its terms at an entry x with reconstruction q, by its value, and by a few facts.
// Part of kernel/impl.h, like the files of the losses.
//
// A loss is a struct with
//   kConvex     is d convex in q, so that its curvature needs no bound?
//   kBySums     is `below` 1 and `above` 0 where x is 0? Then both the slope and the value of q come in by
//   sums,
//               zeros of a sparse X need no listing, and there is a bound of the gap: Kullback-Leibler alone
//   kByRow      may its parameter differ between rows of X?
//   kQuadratic  is it half the squared distance, which goes another way?
//   row()                    its names and its parameter
//   facts(parameter)         see kernel/entry_problem.h
//   size2(x, parameter)      x^2 d''(x, x)
//   exact(x, q, parameter)   d, one entry, for any x and q from 0 to the largest number
// and, made from the parameter of all entries,
//   (x, q, s)                terms of registers of entries; s is their parameters if kByRow
//   value(x, q, s)           d, where x is 0 or not far from 1 and q is above 0
//   reach()                  as a coordinate falls, the part of any q with x > 0 that a Newton step may take

struct Terms {
  vec above, below;  // dd/dq = below - above, both >= 0
  vec curve;         // d2d/dq2
  vec bound;         // of its convex part, if d is not convex
  vec growth;        // half of how fast the curvature grows with q, if it does
  vec inverse;       // 1 / q
};

// What the losses have that have no parameter by rows, and are not quadratic.
struct EntryLossBase {
  static constexpr bool kConvex = false, kBySums = false, kByRow = false, kQuadratic = false;
  typedef void Special;
};
