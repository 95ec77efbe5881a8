import PromptLensCommandLineSupport

// The options of each command that a first user needs.

extension PromptLens {
  private typealias Group = ShortHelp.Group

  package static let firstOptions: [String: [ShortHelp.Group]] = [
    "": [
      Group("Your own photographs", ["fit", "predict", "suspects"]),
      Group("Models", ["convert", "inspect", "export"]),
      Group("Learning", ["train", "probe", "zero-shot", "sweep"]),
      Group("Interpretation", ["decode", "interpret"]),
      Group("Evaluation", ["evaluate", "compare", "transfer", "base-to-new", "noise", "ood"]),
      Group("Data and results", ["data", "draw", "report"]),
    ],
    "convert": [
      Group("Options", ["output", "list", "dtype", "weights", "base", "vocabulary", "force"])
    ],
    "export": [
      Group("Options", ["as", "output", "model", "classes", "force"])
    ],
    "verify": [
      Group("Options", ["model", "published", "context", "expected", "images", "texts", "tolerance"])
    ],
    "embed": [
      Group("Options", ["model", "text", "image", "input", "normalize", "output", "format"])
    ],
    "fit": [
      Group("Options", ["model", "output", "time", "template", "seed", "force"])
    ],
    "zero-shot": [
      Group("Model and images", ["model", "images", "data", "features", "split", "classes"]),
      Group("Prompts", ["template", "templates"]),
      Group("Results", ["group", "scores", "confusions", "format"]),
    ],
    "templates": [
      Group("Options", ["model", "data", "features", "split", "file", "format"])
    ],
    "probe": [
      Group("Model and images", ["model", "data", "features", "test-features", "shots", "seed", "hold-out"]),
      Group("Method", ["method", "c", "learning-rate", "epochs"]),
      Group("Results", ["target", "group", "output", "format"]),
    ],
    "decode": [
      Group("Words", ["model", "top", "metric", "whole-words"]),
      Group("Tests", ["controls", "initial", "snap", "ablate", "features"]),
      Group("Results", ["format"]),
    ],
    "suspects": [
      Group("Options", ["model", "output", "fdr", "folds", "neighbors", "top", "pictures"])
    ],
    "draw": [
      Group("Options", ["output", "train", "val", "test", "styles", "classes", "size", "seed", "list"])
    ],
    "extract": [
      Group("Options", ["model", "data", "split", "shots", "views", "seed", "output", "dry-run"])
    ],
    "train": [
      Group("Model and images", ["model", "data", "features", "shots", "seed"]),
      Group("Learning", ["method", "recipe", "context-length", "class-specific", "init", "epochs", "learning-rate"]),
      Group("Results", ["output", "dry-run", "format"]),
    ],
    "evaluate": [
      Group("Options", ["model", "data", "features", "split", "map", "group", "confusions", "format"])
    ],
    "predict": [
      Group("Options", ["model", "classes", "top", "below", "move-to", "link-to", "explain", "format"])
    ],
    "classifier": [
      Group("Options", ["output", "model", "classes", "layout", "force"])
    ],
    "compare": [
      Group("Options", ["data", "features", "split", "model", "zero-shot", "template", "draws", "format"])
    ],
    "ood": [
      Group("Images", ["in", "out", "split"]),
      Group("Classifier", ["model", "classifier", "template"]),
      Group("Results", ["score", "negative-words", "output", "format"]),
    ],
    "calibrate": [
      Group("Images", ["validation", "test", "validation-split", "split"]),
      Group("Classifier", ["model", "classifier", "template"]),
      Group("Results", ["output", "format"]),
    ],
    "adapt": [
      Group(
        "Options",
        ["method", "model", "prompt", "words", "data", "features", "feature-folder", "views", "seed", "format"])
    ],
    "interpret": [
      Group("Options", ["output", "data", "features", "train-features", "model", "against", "towards", "shots"])
    ],
    "sweep run": [
      Group("Options", ["output", "shard", "jobs", "hold-out", "threads", "dry-run"])
    ],
    "transfer": [
      Group("Prompts and data", ["run", "classifier", "source", "target", "model", "map", "group"]),
      Group("Leave one domain out", ["leave-one-out", "domain", "methods", "seeds", "shots"]),
      Group("Results", ["interpolate", "output", "format"]),
    ],
    "base-to-new": [
      Group("Model and images", ["model", "data", "shots", "seeds", "cross"]),
      Group("Learning", ["method", "context-length", "init", "epochs"]),
      Group("Results", ["output", "jobs", "format"]),
    ],
    "noise": [
      Group("Model and images", ["model", "data", "features", "test-features", "shots", "seeds"]),
      Group("Noise", ["rates", "false-positives", "kinds", "given-labels"]),
      Group("Learning", ["losses", "context-length", "epochs"]),
      Group("Results", ["output", "dry-run", "format"]),
    ],
  ]

  package static let sharedOptions: Set = [
    "exif", "resize-in-own-mode", "skip-unreadable", "cleaning", "truncate", "precision", "threads", "no-check",
    "quiet",
    "verbose", "log", "version", "help",
  ]
}
