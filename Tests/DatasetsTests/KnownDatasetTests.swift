import PromptLensDatasets
import PromptLensFeatures
import PromptLensFiles
import Foundation
import TestSupport
import Testing

@Suite("Data sets by name")
struct KnownDatasetTests {
  private static let split = """
    {"train": [["CLASS/1.jpg", 0, "first_class"], ["CLASS/2.jpg", 1, "second"]], "val": [["CLASS/3.jpg", 1, "second"]],
     "test": [["CLASS/4.jpg", 0, "first_class"]]}
    """

  private func known(_ name: String) throws -> KnownDataset { try #require(KnownDataset.named(name)) }

  @Test(
    "data sets with split files read them with their images' folder, template and names",
    arguments: [
      ("caltech101", "caltech-101", "split_zhou_Caltech101.json", "101_ObjectCategories", "a photo of a {}."),
      ("oxford-pets", "oxford_pets", "split_zhou_OxfordPets.json", "images", "a photo of a {}, a type of pet."),
      ("stanford-cars", "stanford_cars", "split_zhou_StanfordCars.json", "", "a photo of a {}."),
      ("flowers102", "oxford_flowers", "split_zhou_OxfordFlowers.json", "jpg", "a photo of a {}, a type of flower."),
      ("food101", "food-101", "split_zhou_Food101.json", "images", "a photo of {}, a type of food."),
      ("sun397", "sun397", "split_zhou_SUN397.json", "SUN397", "a photo of a {}."),
      ("dtd", "dtd", "split_zhou_DescribableTextures.json", "images", "{} texture."),
      ("eurosat", "eurosat", "split_zhou_EuroSAT.json", "2750", "a centered satellite photo of {}."),
      ("ucf101", "ucf101", "split_zhou_UCF101.json", "UCF-101-midframes", "a photo of a person doing {}."),
    ])
  func splitFiles(name: String, folder: String, file: String, images: String, template: String) throws {
    try withTemporaryFolder { root in
      let known = try known(name)
      let incomplete = #expect(throws: DatasetError.self) { try known.read(root) }
      #expect("\(incomplete.map { "\($0)" } ?? "")".contains("https://drive.google.com"))

      let location = images.isEmpty ? "\(folder)/CLASS" : "\(folder)/\(images)/CLASS"
      try write(["\(folder)/\(file)": Self.split], in: root)
      try touch((1...4).map { "\(location)/\($0).jpg" }, in: root)
      // Both the folder around it and the data set's own.
      for start in [root, "\(root)/\(folder)"] {
        let dataset = try known.read(start)
        #expect(dataset.classNames == ["first class", "second"])
        #expect(dataset.template == template && dataset.name == name)
        #expect(Split.allCases.map { dataset[$0].count } == [2, 1, 1])
        #expect(FileManager.default.fileExists(atPath: dataset.file(of: dataset[.test][0])))
      }
      let check = DatasetCheck(known, root: root)
      #expect(check.splits.map(\.listed) == [2, 1, 1] && check.splits.allSatisfy { $0.missing == 0 })
      #expect(check.entries.allSatisfy(\.isPresent) && check.problem == nil)
      #expect(!check.isAsListed, "two classes are not all of \(known.classCount)")
      try FileManager.default.removeItem(atPath: "\(root)/\(location)/4.jpg")
      #expect(DatasetCheck(known, root: root).splits.map(\.missing) == [0, 0, 1])
    }
  }

  @Test("FGVC-Aircraft takes classes from variants.txt and names with spaces from the lists")
  func aircraft() throws {
    try withTemporaryFolder { root in
      try write(
        [
          "fgvc_aircraft/variants.txt": "707-320\nCessna 172\n",
          "fgvc_aircraft/images_variant_train.txt": "0001 Cessna 172\n",
          "fgvc_aircraft/images_variant_val.txt": "0002 707-320\r\n",
          "fgvc_aircraft/images_variant_test.txt": "0003 Cessna 172",
        ], in: root)
      let dataset = try known("FGVCAircraft").read(root)
      #expect(dataset.classNames == ["707-320", "Cessna 172"])
      #expect(dataset[.train] == [.init(path: "images/0001.jpg", label: 1)])
      #expect(dataset[.val].map(\.label) == [0] && dataset[.test].map(\.label) == [1])
      try write(["fgvc_aircraft/images_variant_val.txt": "0002 Concorde\n"], in: root)
      let error = #expect(throws: DatasetError.self) { try known("FGVCAircraft").read(root) }
      #expect(error.map { "\($0)" }?.contains("line 1 is \"0002 Concorde\"") == true)
    }
  }

  @Test(
    "ImageNet labels are indices of sorted folders, and its val images, which are its test images, are never drawn"
  )
  func imageNet() throws {
    try withTemporaryFolder { root in
      try write(["imagenet/classnames.txt": "n02 great white_shark\nn01 tench\nn09 unused\n"], in: root)
      try touch(
        ["imagenet/images/val/n01/b.JPEG", "imagenet/images/val/n01/a.JPEG", "imagenet/images/val/n02/c.JPEG"], in: root
      )
      // Without training images it still serves to evaluate.
      #expect(try known("imagenet").read(root)[.train].isEmpty)
      try touch(["imagenet/images/train/n01/1.JPEG", "imagenet/images/train/n02/2.JPEG"], in: root)
      let dataset = try known("imagenet").read(root)
      #expect(dataset.classNames == ["tench", "great white shark"])
      #expect(
        dataset[.test].map(\.path) == ["a.JPEG", "b.JPEG"].map { "images/val/n01/\($0)" } + ["images/val/n02/c.JPEG"])
      #expect(dataset[.val] == dataset[.test])
      #expect(try FewShotDraw(dataset, shots: 1, seed: 1).val.isEmpty)
      try touch(["imagenet/images/val/n03/d.JPEG"], in: root)
      #expect(throws: DatasetError.unlistedFolder(path: "\(root)/imagenet/classnames.txt", folder: "n03")) {
        try known("imagenet").read(root)
      }
    }
  }

  @Test(
    "the test sets made after ImageNet have the classes of their folders, in sorted order",
    arguments: [
      ("imagenet-sketch", "imagenet-sketch/images"), ("imagenet-a", "imagenet-adversarial/imagenet-a"),
      ("imagenet-r", "imagenet-rendition/imagenet-r"),
    ])
  func imageNetVariants(name: String, images: String) throws {
    try withTemporaryFolder { root in
      let folder = images.split(separator: "/")[0]
      try write(["\(folder)/classnames.txt": "n01 a\nn02 b\nn03 c\n", "\(images)/README.txt": "read me"], in: root)
      try touch(["\(images)/n03/1.jpg", "\(images)/n01/1.jpg"], in: root)
      let dataset = try known(name).read(root)
      #expect(dataset.classNames == ["a", "c"] && dataset[.test].map(\.label) == [0, 1])
      #expect(dataset[.train].isEmpty && dataset[.val].isEmpty)
    }
  }

  @Test("ImageNetV2's folder names are labels in the order of classnames.txt, sorted as numbers")
  func imageNetV2() throws {
    try withTemporaryFolder { root in
      let lines = (0..<12).map { "n\(100 - $0) class \($0)" }.joined(separator: "\n")
      let images = "imagenetv2/imagenetv2-matched-frequency-format-val"
      try write(["imagenetv2/classnames.txt": lines], in: root)
      try touch(["\(images)/2/a.jpeg", "\(images)/10/a.jpeg"], in: root)
      let dataset = try known("imagenet-v2").read(root)
      #expect(try known("imagenetv2").read(root).name == dataset.name)
      #expect(dataset[.test].map { dataset.classNames[$0.label] } == ["class 2", "class 10"])
    }
  }

  @Test("CIFAR folders are splits of class folders")
  func cifar() throws {
    try withTemporaryFolder { root in
      try touch(
        ["apple", "aquarium_fish"].flatMap { ["cifar100/train/\($0)/1.png", "cifar100/test/\($0)/2.png"] }, in: root)
      let dataset = try known("cifar100").read(root)
      #expect(
        dataset.classNames == ["apple", "aquarium fish"] && dataset[.train].count == 2 && dataset[.test].count == 2)
      let error = #expect(throws: DatasetError.self) { try known("cifar10").read(root) }
      #expect(error.map { "\($0)" }?.contains("cs.toronto.edu") == true)
    }
  }

  @Test("PACS reads domains, and splits from Dassl's lists if they exist")
  func pacs() throws {
    try withTemporaryFolder { root in
      try touch(
        ["pacs/images/photo/dog/1.jpg", "pacs/images/sketch/dog/2.png", "pacs/images/sketch/cat/3.png"], in: root)
      let all = try DataSource("pacs:\(root)").dataset()
      #expect(
        all[.test].map(\.path) == ["photo/dog/1.jpg", "sketch/cat/3.png", "sketch/dog/2.png"].map { "images/\($0)" })
      let photo = try DataSource("pacs:\(root)?domain=photo").dataset()
      #expect(photo[.test] == [.init(path: "images/photo/dog/1.jpg", label: 1)] && photo.classNames == ["cat", "dog"])
      #expect(throws: DatasetError.self) { try DataSource("pacs:\(root)?domain=oil").dataset() }
      let both = try DataSource("pacs:\(root)?domain=sketch&domain=photo&domain=sketch").dataset()
      #expect(both[.test] == all[.test])
      // A domain of PACS that this folder lacks is refused.
      #expect(throws: DatasetError.self) { try DataSource("pacs:\(root)?domain=photo&domain=cartoon").dataset() }

      try write(
        [
          "pacs/splits/sketch_train_kfold.txt": "sketch/dog/2.png 2\nsketch/dog/n02103406_4068-1.png 2\n",
          "pacs/splits/sketch_crossval_kfold.txt": "sketch/cat/3.png 1\n", "pacs/splits/sketch_test_kfold.txt": "",
        ], in: root)
      let sketch = try DataSource("pacs:\(root)?domain=sketch").dataset()
      #expect(sketch[.train] == [.init(path: "images/sketch/dog/2.png", label: 1)])
      #expect(sketch[.val] == [.init(path: "images/sketch/cat/3.png", label: 0)] && sketch[.test].isEmpty)
    }
  }

  @Test("Office-Caltech's domains lie in its own folder")
  func officeCaltech() throws {
    try withTemporaryFolder { root in
      try touch(["office_caltech/amazon/back_pack/1.jpg", "office_caltech/dslr/mug/2.jpg"], in: root)
      let dataset = try DataSource("office-caltech:\(root)?domain=dslr").dataset()
      #expect(
        dataset.classNames == ["back pack", "mug"] && dataset[.test] == [.init(path: "dslr/mug/2.jpg", label: 1)])
    }
  }

  @Test("Waterbirds, CelebA and WILDS are read from their tables, with words for the values of columns")
  func metadata() throws {
    try withTemporaryFolder { root in
      let birds = "waterbird_complete95_forest2water2"
      try write(
        [
          "\(birds)/metadata.csv": """
          img_id,img_filename,y,split,place,place_filename
          1,001.Albatross/1.jpg,1,0,1,a.jpg
          2,002.Crow/2.jpg,0,2,1,b.jpg
          3,002.Crow/3.jpg,0,2,0,c.jpg

          """,
          "celebA_v1.0/list_attr_celeba.csv": "image_id,Blond_Hair,Male\n1.jpg,1,-1\n2.jpg,-1,1\n",
          "celebA_v1.0/list_eval_partition.csv": "image_id,partition\n1.jpg,0\n2.jpg,2\n",
          "iwildcam_v2.0/metadata.csv": "split,location_remapped,filename,y\ntest,7,x.jpg,1\nid_test,7,y.jpg,0\n",
          "iwildcam_v2.0/categories.csv": "y,name\n0,empty\n1,lion\n99999,unseen\n",
          "camelyon17_v1.0/metadata.csv":
            ",patient,node,x_coord,y_coord,tumor,slide,center,split\n0,004,4,33,54,1,0,2,0\n1,010,0,1,2,0,1,0,0\n2,010,0,3,4,1,1,0,1\n",
        ], in: root)
      let source = try DataSource("waterbirds:\(root)")
      let waterbirds = try source.keeping(attributes: ["place", "bird"]).dataset()
      #expect(waterbirds.classNames == ["landbird", "waterbird"])
      #expect(waterbirds[.test].map(\.group) == ["water, landbird", "land, landbird"])
      #expect(waterbirds[.train].map(\.path) == ["001.Albatross/1.jpg"])
      #expect(try source.dataset()[.test].map(\.attributes) == [[], []])
      #expect(throws: DatasetError.self) { try source.keeping(attributes: ["age"]).dataset() }
      let faces = try DataSource("celeba:\(root)").keeping(attributes: ["male", "label"]).dataset()
      #expect(faces[.train].map(\.group) == ["female, blond hair"] && faces[.test].map(\.group) == ["male, dark hair"])
      #expect(faces[.test].map(\.path) == ["img_align_celeba/2.jpg"])
      let animals = try DataSource("wilds-iwildcam:\(root)").keeping(attributes: ["location"]).dataset()
      #expect(animals[.test] == [.init(path: "train/x.jpg", label: 1, attributes: ["7"])] && animals[.val].isEmpty)
      #expect(animals.classNames == ["empty", "lion"])
      let tissue = try DataSource("wilds-camelyon17:\(root)").dataset()
      #expect(tissue[.test].map(\.path) == ["patches/patient_004_node_4/patch_patient_004_node_4_x_33_y_54.png"])
      #expect(tissue[.train].map(\.label) == [0])
    }
  }

  @Test("data sets of domains and of corruptions are selected and grouped by them")
  func domainsAndCorruptions() throws {
    try withTemporaryFolder { root in
      try touch(
        [
          "office_home/Art/Alarm_Clock/1.jpg", "office_home/Real World/Bike/2.jpg", "VLCS/SUN09/bird/1.jpg",
          "terra_incognita/location_38/bobcat/1.jpg", "domain_net/real/owl/1.jpg", "ImageNet-D/texture/ladle/1.jpg",
          "objectnet-1.0/images/air_freshener/1.png", "objectnet-1.0/images/alarm_clock/1.png",
          "imagenet-hard/ant/1.jpg", "imagenet-hard/bee/1.jpg", "imagenet-c/fog/1/n01440764/a.JPEG",
          "imagenet-c/fog/3/n01440764/a.JPEG", "imagenet-c/frost/3/n01440764/a.JPEG",
        ], in: root)
      try write(["imagenet-c/classnames.txt": "n01440764 tench\n"], in: root)
      let home = try DataSource("office-home:\(root)").keeping(attributes: ["domain"]).dataset()
      #expect(home[.test].map(\.group) == ["Art", "Real World"] && home.classNames == ["Alarm Clock", "Bike"])
      for (name, domain) in [
        ("vlcs", "SUN09"), ("terra-incognita", "location_38"), ("domainnet", "real"), ("imagenet-d", "texture"),
      ] {
        #expect(try DataSource("\(name):\(root)?domain=\(domain)").dataset()[.test].count == 1, "\(name)")
      }
      for name in ["objectnet", "imagenet-hard"] {
        #expect(try DataSource("\(name):\(root)").dataset()[.test].count == 2, "\(name)")
      }
      let fog = try DataSource("imagenet-c:\(root)?corruption=fog").keeping(attributes: ["severity"]).dataset()
      #expect(fog[.test].map(\.group) == ["1", "3"] && fog.classNames == ["tench"])
      #expect(try DataSource("imagenet-c:\(root)?severity=3").dataset()[.test].count == 2)
      #expect(throws: DatasetError.self) { try DataSource("imagenet-c:\(root)?corruption=hail").dataset() }
      for incomplete in ["", "?severity=1", "?severity=3&severity=9"] {
        #expect(throws: DatasetError.self) { try DataSource("imagenet-c:\(root)\(incomplete)").dataset() }
      }
      let check = DatasetCheck(try #require(KnownDataset.named("objectnet")), root: root)
      #expect(check.lacksSomething && check.classCount == 2 && check.splits.first?.expected == 50_273)
      #expect(throws: DatasetError.self) {
        try DataSource("objectnet:\(root)").keeping(attributes: ["place"]).dataset()
      }
    }
  }

  @Test("every name, title and folder finds its own data set, and no two share one")
  func names() {
    for known in KnownDataset.all {
      for name in [known.key, known.title, known.folder] { #expect(KnownDataset.named(name) == known, "\(name)") }
      #expect(known.template.contains("{}") && known.source.contains("https://"))
    }
    #expect(Set(KnownDataset.all.map(\.key)).count == 31)
    #expect(KnownDataset.named("mnist") == nil)
  }
}
