extension HDF5File: StoredTensors {
  package var container: TensorContainer { .hdf5 }
  package var paths: [String] { [path] }
  package var storedNames: [String] { datasets.map(\.path) }

  package func stored(_ name: String) -> StoredTensor? {
    dataset(name).map {
      StoredTensor(shape: $0.shape, dtype: $0.type.dtype, type: "\($0.type)", byteCount: $0.byteCount)
    }
  }
}
