import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensTensors

/// A recipe for one of CLIP's tensors from a file's tensors.
struct TensorRecipe: Sendable {
  /// The stored tensors, stacked along their outermost axis when there are several.
  var ingredients: [Ingredient]

  /// A stored tensor, and the steps that convert it to OpenAI's layout.
  struct Ingredient: Sendable {
    /// Its name in the file.
    var stored: String
    /// Its required shape; nil if the architecture is inferred from the shapes.
    var shape: [Int]?
    /// The steps, in order.
    var steps: [Step] = []
  }

  /// A rearrangement.
  enum Step: Sendable, Equatable {
    case reshape([Int])
    case permute([Int])
    /// Some rows of the outermost axis.
    case rows(Range<Int>)

    /// `[in, out]` to `[out, in]`.
    static let transpose = Step.permute([1, 0])
    /// TensorFlow's kernel order, height, width, in, out, to PyTorch's: out, in, height, width.
    static let convolution = Step.permute([3, 2, 0, 1])
  }

  /// Creates the recipe of a tensor that is stored in OpenAI's layout.
  init(_ stored: String, shape: [Int]? = nil, steps: Step...) {
    ingredients = [Ingredient(stored: stored, shape: shape, steps: steps)]
  }

  init(ingredients: [Ingredient]) { self.ingredients = ingredients }
}

/// The tensors of a CLIP with OpenAI's names, made from stored tensors on access.
struct RecipeSource: TensorSource {
  let file: any StoredTensors
  /// The recipes, by OpenAI's names.
  let recipes: [String: TensorRecipe]
  /// The shape of each tensor after its recipe; empty if shapes are those stored.
  let shapes: [String: [Int]]

  var origin: String { file.path }
  var names: [String] { recipes.keys.sorted() }

  func description(of name: String) throws -> TensorDescription {
    let recipe = try recipe(name)
    let stored = try recipe.ingredients.map { part in
      guard let found = file.stored(part.stored) else {
        throw CLIPError.missingTensor(source: origin, name: part.stored)
      }
      guard let dtype = found.dtype else {
        throw CheckpointError.unsupported(
          path: origin, object: part.stored, expected: "a tensor of floats", found: "one of \(found.type)")
      }
      if let shape = part.shape, found.shape != shape, !(shape.isEmpty && found.shape == [1]),
        !(shape == [1] && found.shape.isEmpty)
      {
        throw CLIPError.wrongShape(source: origin, name: part.stored, expected: shape, found: found.shape)
      }
      return (found, dtype)
    }
    let dtypes = Set(stored.map(\.1))
    let dtype = dtypes.count == 1 ? dtypes.first ?? .float32 : .float32
    let shape = shapes[name] ?? stored.first?.0.shape ?? []
    return TensorDescription(shape: try Shape(shape, name: name), dtype: dtype)
  }

  func tensor(_ name: String) throws -> Tensor {
    let description = try description(of: name)
    let ingredients = try recipe(name).ingredients.map { part -> Tensor in
      var tensor = try file.tensor(part.stored)
      guard try tensor.isFiniteByParts() else { throw CLIPError.notFinite(source: origin, name: part.stored) }
      for step in part.steps {
        switch step {
        case .reshape(let shape): tensor = try tensor.reshaped(shape, name: part.stored)
        case .permute(let axes): tensor = try tensor.permuted(axes, name: part.stored)
        case .rows(let range): tensor = try tensor.rows(range, name: part.stored)
        }
      }
      return tensor.converted(to: description.dtype)
    }
    let whole = ingredients.count == 1 ? ingredients[0] : try Tensor.concatenated(ingredients, name: name)
    return try whole.reshaped(description.shape.dimensions, name: name)
  }

  private func recipe(_ name: String) throws -> TensorRecipe {
    guard let recipe = recipes[name] else { throw TensorError.missing(name: name, source: origin) }
    return recipe
  }

  /// Checks, without reading data, that all stored tensors are present with the required shapes.
  func check() throws {
    for name in names { _ = try description(of: name) }
  }
}
