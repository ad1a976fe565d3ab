// See loss/entry_loss.h.
#include "loss/entry_loss.h"

#include <cctype>
#include <cmath>
#include <stdexcept>

namespace nonneg {

namespace {

// Closer, 1 / (beta (beta - 1)) would make rounding errors of the formula.
constexpr double kSameBeta = 1e-6;

bool is_called(const LossRow& row, std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (name == row.name) return true;
  const std::string all = std::string(" ") + row.synonyms;
  return !name.empty() && name.find(' ') == std::string::npos &&
         all.find(" " + name + " ") != std::string::npos;
}

int find_loss(const std::string& name) {
  for (int id = 0; id < kernels().loss_count; ++id)
    if (is_called(kernels().losses[id].row, name)) return id;
  throw std::invalid_argument("no loss of the name '" + name + "'");
}

// The loss without a parameter that is the beta-divergence of this beta; -1: none.
int named_beta(double beta) {
  for (int id = 0; id < kernels().loss_count; ++id) {
    const LossKernels& k = kernels().losses[id];
    if (!*k.row.parameter && std::fabs(k.facts(0).beta - beta) < kSameBeta) return id;
  }
  return -1;
}

}  // namespace

std::vector<const LossRow*> loss_rows() {
  std::vector<const LossRow*> out;
  for (int id = 0; id < kernels().loss_count; ++id) out.push_back(&kernels().losses[id].row);
  return out;
}

EntryLoss make_loss(const LossSpec& spec, std::ptrdiff_t rows) {
  EntryLoss out;
  out.id = find_loss(spec.name);
  const LossRow& row = out.row();
  const std::string called = std::string("loss '") + row.name + "'";
  const bool wants = *row.parameter;
  if (!wants && !spec.parameter.empty()) throw std::invalid_argument(called + " has no parameter");
  if (wants && spec.parameter.empty())
    throw std::invalid_argument(called + " needs its parameter '" + row.parameter + "'");
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(spec.parameter.size());
  if (wants && count != 1 && !(row.by_row && count == rows))
    throw std::invalid_argument(std::string("'") + row.parameter + "' has the wrong length");
  for (const double p : spec.parameter)
    if (!(p >= row.least && p <= row.most))
      throw std::invalid_argument(std::string("'") + row.parameter + "' is out of range");
  out.parameter = spec.parameter;
  const double first = out.of_all();
  out.facts = out.kernels().facts(first);
  if (wants && out.facts.beta == first && named_beta(first) >= 0) {
    out.id = named_beta(first);
    out.parameter.clear();
    out.facts = out.kernels().facts(0);
  }
  return out;
}

}  // namespace nonneg
