// A test compares each schema with what the commands write and print.

extension DocumentSchema {
  /// All schemas.
  package static let all = files + printed

  /// The schemas of files.
  private static let files = [
    run, result, log, predictions, context, classifier, array, manifest, golden, probe, fit, suspects, noise, noiseRun,
    labelNoise,
    sweep, task,
    transfer, leaveOneOut, baseToNew, cross, interpretation, deepInterpretation, explanation, section, split,
  ]

  /// The schemas of what commands print with `--format json`; some of the files are printed, too.
  private static let printed = [
    convert, convertList, export, inspect, verify, verifyPublished, verifyPrompt, tokenize, embed, zeroShot, templates,
    evaluate,
    compare, ood, calibrate, adapt, predict,
    decode, decodeSeveral, decodeDeep, dataList, dataCheck, dataSplit, dataDraw, dataCorrupt, draw, drawList, extract,
    sweepRun,
    dryRun, demo, doctor,
  ]
}
