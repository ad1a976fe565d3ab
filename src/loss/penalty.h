// The penalty of one factor. To the small problem of an item h it is a diagonal and a linear term: exactly,
// l1 sum(h) + l2/2 h'h; or, where it couples items, by a bound that touches it at the last iterate.
#ifndef NONNEG_PENALTY_H
#define NONNEG_PENALTY_H

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/factor.h"

namespace nonneg {

class Host;
struct Penalty;

// Where a factor goes on, if its items are on several machines: the item before its first one and that behind
// its last, empty where there is none, and how many all have together (-1: no more than here).
struct Beside {
  std::vector<double> before, after;
  std::ptrdiff_t all = -1;
};
// Nothing, where the penalty couples no items.
Beside beside(const Factor&, const Penalty&, Host&);

// The part that knows no other item: l2 goes to the diagonal, l1 off the right-hand side.
struct ElasticNet {
  double l1 = 0, l2 = 0;
  bool none() const { return l1 == 0 && l2 == 0; }
};

// For a factor in other units: l1 times `by_l1`, l2 times `by_l2`, without overflow (Inf * 0 would be NaN).
ElasticNet scaled(const ElasticNet&, double by_l1, double by_l2);
double times(double weight, double by);

// A part that couples items. With c = curvature() and g the slope at F,
//   value(F + D) <= value(F) + <g, D> + c/2 |D|^2   and   c F - g >= 0,
// so that every item gets c on its diagonal and c f - g on its right-hand side, all from the same F. The
// curvature is that of all items, so that they can share a quadratic.
class Coupling {
 public:
  virtual ~Coupling() = default;
  virtual double value(const Factor&) const = 0;
  // Adds the slope at F to what `to` has.
  virtual void add_slope(const Factor& F, Factor& to) const = 0;
  // What items on other machines add to both. A pair of items is one machine's.
  virtual double value_beside(const Factor&, const Beside&) const { return 0; }
  virtual void add_slope_beside(const Factor&, const Beside&, Factor& /*to*/) const {}
  virtual double curvature(std::ptrdiff_t items) const = 0;
  // In other units, as above: what is linear in F and what is square.
  virtual std::shared_ptr<const Coupling> scaled(double by_l1, double by_l2) const = 0;
};

struct Penalty {
  ElasticNet net;
  std::vector<std::shared_ptr<const Coupling>> couplings;
  bool none() const { return net.none() && couplings.empty(); }
};

Penalty scaled(const Penalty&, double by_l1, double by_l2);

// The exact value. Every penalty of an objective, and every decision about one, comes from here.
double penalty_of(const Factor&, const Penalty&, const Beside& = Beside());

// The bound of the couplings of a penalty that touches it at an iterate. On several machines value() and
// along() are what this one adds.
class Tangent {
 public:
  void set(const Penalty&, const Factor& at, const Beside& = Beside());
  bool none() const { return !coupled_; }
  double curvature() const { return curvature_; }
  double value() const { return value_; }  // of the couplings there
  double along() const { return along_; }  // <slope, F>
  const double* slope(std::ptrdiff_t item) const { return coupled_ ? slope_.item(item) : nullptr; }
  // What the small problems of the items have on the diagonal.
  ElasticNet with(const ElasticNet& net) const { return {net.l1, net.l2 + curvature_}; }

 private:
  bool coupled_ = false;
  double curvature_ = 0, value_ = 0, along_ = 0;
  Factor slope_;
};

// A symmetric adjacency, by columns, without a diagonal.
struct Graph {
  std::vector<int> p, index;
  std::vector<double> weight;
};

// What the host asks for: a kind and what it is made of.
struct PenaltySpec {
  std::string kind;
  std::map<std::string, double> numbers;
  std::shared_ptr<const Graph> graph;  // null: neighbours in order
  double number(const char* name) const {
    const auto at = numbers.find(name);
    return at == numbers.end() ? 0.0 : at->second;
  }
};

// The registry: a new kind is a file with its class of Coupling, and a row in penalty.cpp.
struct PenaltyKind {
  const char* name;
  const char* title;
  void (*add)(const PenaltySpec&, Penalty& to);
};
const std::vector<PenaltyKind>& penalty_kinds();
// False if there is no such kind.
bool add_penalty(const PenaltySpec&, Penalty& to);

}  // namespace nonneg

#endif
