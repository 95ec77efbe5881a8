extension KnownDataset {
  /// Returns the folders that CoOp's authors keep their split files in.
  private static func drive(_ identifier: String) -> String {
    "its split file is at https://drive.google.com/file/d/\(identifier)"
  }

  private static let classNames =
    "classnames.txt is at https://drive.google.com/file/d/1-61f_ol79pViBFDG_IDlUQSwoLcn2XXF"

  /// All known data sets.
  package static let all: [KnownDataset] = [
    KnownDataset(
      "caltech101", title: "Caltech101", folder: "caltech-101", classes: 100, sizes: [4128, 1649, 2465],
      layout: .splitFile("split_zhou_Caltech101.json", images: "101_ObjectCategories"),
      source: "images from https://data.caltech.edu/records/mzrjq-6wc02, "
        + drive("1hyarUivQE36mY6jSomru6Fjd-JzwcCzN")),
    KnownDataset(
      "oxford-pets", title: "OxfordPets", folder: "oxford_pets", classes: 37, sizes: [2944, 736, 3669],
      template: "a photo of a {}, a type of pet.",
      layout: .splitFile("split_zhou_OxfordPets.json", images: "images"),
      source: "images from https://www.robots.ox.ac.uk/~vgg/data/pets, "
        + drive("1501r8Ber4nNKvmlFVQZ8SeUHTcdTTEqs")),
    KnownDataset(
      "stanford-cars", title: "StanfordCars", folder: "stanford_cars", classes: 196,
      layout: .splitFile("split_zhou_StanfordCars.json", images: ""),
      source: "images (cars_train, cars_test) from https://ai.stanford.edu/~jkrause/cars/car_dataset.html, "
        + drive("1ObCFbaAgVu0I-k_Au-gIUcefirdAuizT")),
    KnownDataset(
      "flowers102", title: "OxfordFlowers", folder: "oxford_flowers", classes: 102,
      template: "a photo of a {}, a type of flower.",
      layout: .splitFile("split_zhou_OxfordFlowers.json", images: "jpg"),
      source: "images from https://www.robots.ox.ac.uk/~vgg/data/flowers/102, "
        + drive("1Pp0sRXzZFZq15zVOzKjKBu4A9i01nozT"), aliases: ["Flowers102"]),
    KnownDataset(
      "food101", title: "Food101", folder: "food-101", classes: 101, template: "a photo of {}, a type of food.",
      layout: .splitFile("split_zhou_Food101.json", images: "images"),
      source: "images from https://data.vision.ee.ethz.ch/cvl/datasets_extra/food-101, "
        + drive("1QK0tGi096I0Ba6kggatX1ee6dJFIcEJl")),
    KnownDataset(
      "fgvc-aircraft", title: "FGVCAircraft", folder: "fgvc_aircraft", classes: 100,
      template: "a photo of a {}, a type of aircraft.", layout: .aircraftLists,
      source: "all of it is the folder data of fgvc-aircraft-2013b.tar.gz from "
        + "https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft"),
    KnownDataset(
      "sun397", title: "SUN397", folder: "sun397", classes: 397,
      layout: .splitFile("split_zhou_SUN397.json", images: "SUN397"),
      source: "images from https://vision.princeton.edu/projects/2010/SUN, "
        + drive("1y2RD81BYuiyvebdN-JymPfyWYcd8_MUq")),
    KnownDataset(
      "dtd", title: "DescribableTextures", folder: "dtd", classes: 47, sizes: [2820, 1128, 1692],
      template: "{} texture.", layout: .splitFile("split_zhou_DescribableTextures.json", images: "images"),
      source: "images from https://www.robots.ox.ac.uk/~vgg/data/dtd, "
        + drive("1u3_QfB467jqHgNXC00UIzbLZRQCg2S7x")),
    KnownDataset(
      "eurosat", title: "EuroSAT", folder: "eurosat", classes: 10, sizes: [13500, 5400, 8100],
      template: "a centered satellite photo of {}.", layout: .splitFile("split_zhou_EuroSAT.json", images: "2750"),
      source: "images (EuroSAT.zip, RGB) from https://github.com/phelber/EuroSAT, "
        + drive("1Ip7yaCWFi0eaOFUGga0lUdVi_DDQth1o")),
    KnownDataset(
      "ucf101", title: "UCF101", folder: "ucf101", classes: 101, template: "a photo of a person doing {}.",
      layout: .splitFile("split_zhou_UCF101.json", images: "UCF-101-midframes"),
      source: "middle frames from https://drive.google.com/file/d/10Jqome3vtUA2keJkNanAiFpgbyC9Hc2O, "
        + drive("1I0S0q91hJfsV9Gf4xDIjgDq4AqBNJb1y")),
    KnownDataset(
      "imagenet", title: "ImageNet", folder: "imagenet", classes: 1000,
      layout: .wordNetFolders([.train: "images/train", .val: "images/val", .test: "images/val"]),
      source: "images (ILSVRC2012, with val sorted into folders) from https://image-net.org, \(classNames)"),
    KnownDataset(
      "imagenetv2", title: "ImageNetV2", folder: "imagenetv2", classes: 1000,
      layout: .numberedFolders("imagenetv2-matched-frequency-format-val"),
      source: "images (matched frequency) from https://github.com/modestyachts/ImageNetV2, \(classNames)"),
    KnownDataset(
      "imagenet-sketch", title: "ImageNetSketch", folder: "imagenet-sketch", classes: 1000,
      layout: .wordNetFolders([.test: "images"]),
      source: "images from https://github.com/HaohanWang/ImageNet-Sketch, \(classNames)"),
    KnownDataset(
      "imagenet-a", title: "ImageNetA", folder: "imagenet-adversarial", classes: 200,
      layout: .wordNetFolders([.test: "imagenet-a"]),
      source: "images from https://github.com/hendrycks/natural-adv-examples, \(classNames)"),
    KnownDataset(
      "imagenet-r", title: "ImageNetR", folder: "imagenet-rendition", classes: 200,
      layout: .wordNetFolders([.test: "imagenet-r"]),
      source: "images from https://github.com/hendrycks/imagenet-r, \(classNames)"),
    KnownDataset(
      "cifar10", title: "CIFAR10", folder: "cifar10", classes: 10, layout: .splitFolders,
      source: "pictures from https://www.cs.toronto.edu/~kriz/cifar.html, saved into train/CLASS and test/CLASS"),
    KnownDataset(
      "cifar100", title: "CIFAR100", folder: "cifar100", classes: 100, layout: .splitFolders,
      source: "pictures from https://www.cs.toronto.edu/~kriz/cifar.html, saved into train/CLASS and test/CLASS"),
    KnownDataset(
      "pacs", title: "PACS", folder: "pacs", classes: 7,
      layout: .domains(["art_painting", "cartoon", "photo", "sketch"]),
      source:
        "images, and splits as DOMAIN_{train,crossval,test}_kfold.txt, from https://domaingeneralization.github.io"),
    KnownDataset(
      "office-caltech", title: "OfficeCaltech10", folder: "office_caltech", classes: 10,
      layout: .domains(["amazon", "caltech", "dslr", "webcam"]),
      source: "images from https://github.com/jindongwang/transferlearning (Office-Caltech10)",
      aliases: ["office-caltech10"]),
    KnownDataset(
      "office-home", title: "OfficeHome", folder: "office_home", classes: 65, testImages: 15_588,
      layout: .domains(["Art", "Clipart", "Product", "Real World"]),
      source: "images from https://www.hemanthdv.org/officeHomeDataset.html",
      otherFolders: ["OfficeHomeDataset_10072016"]),
    KnownDataset(
      "vlcs", title: "VLCS", folder: "VLCS", classes: 5, testImages: 10_729,
      layout: .domains(["Caltech101", "LabelMe", "SUN09", "VOC2007"]),
      source: "images, in a folder of class folders for each domain, by DomainBed's download script, "
        + "https://github.com/facebookresearch/DomainBed"),
    KnownDataset(
      "terra-incognita", title: "TerraIncognita", folder: "terra_incognita", classes: 10, testImages: 24_788,
      layout: .domains(["location_38", "location_43", "location_46", "location_100"]),
      source: "images of four places, in class folders, by DomainBed's download script, "
        + "https://github.com/facebookresearch/DomainBed"),
    KnownDataset(
      "domainnet", title: "DomainNet", folder: "domain_net", classes: 345, testImages: 586_575,
      layout: .domains(["clipart", "infograph", "painting", "quickdraw", "real", "sketch"]),
      source: "images from https://ai.bu.edu/M3SDA", otherFolders: ["domainnet"]),
    KnownDataset(
      "objectnet", title: "ObjectNet", folder: "objectnet-1.0", classes: 313, testImages: 50_273,
      layout: .classFolders("images"), source: "images from https://objectnet.dev"),
    KnownDataset(
      "imagenet-c", title: "ImageNetC", folder: "imagenet-c", classes: 1000, layout: .corruptions,
      source: "images from https://zenodo.org/records/2235448, \(classNames)"),
    KnownDataset(
      "imagenet-d", title: "ImageNetD", folder: "ImageNet-D", classes: 113, testImages: 4835,
      layout: .domains(["background", "material", "texture"]),
      source: "images from https://github.com/chenshuang-zhang/imagenet_d"),
    KnownDataset(
      "imagenet-hard", title: "ImageNetHard", folder: "imagenet-hard", classes: 1000, testImages: 10_980,
      layout: .classFolders(""),
      source:
        "images from https://huggingface.co/datasets/taesiri/ImageNet-Hard, saved into folders of their first class"),
    KnownDataset(
      "waterbirds", title: "Waterbirds", folder: "waterbird_complete95_forest2water2", classes: 2,
      sizes: [4795, 1199, 5794], layout: .metadata(.waterbirds),
      source:
        "images and metadata.csv from https://nlp.stanford.edu/data/dro/waterbird_complete95_forest2water2.tar.gz",
      aliases: ["wilds-waterbirds"], otherFolders: ["waterbirds_v1.0", "waterbirds"]),
    KnownDataset(
      "celeba", title: "CelebA", folder: "celebA", classes: 2, sizes: [162_770, 19_867, 19_962],
      template: "a photo of a person with {}.", layout: .metadata(.celebA),
      source: "img_align_celeba, list_attr_celeba.csv and list_eval_partition.csv from "
        + "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
      aliases: ["wilds-celeba"], otherFolders: ["celebA_v1.0", "celeba"]),
    KnownDataset(
      "wilds-iwildcam", title: "iWildCam2020-WILDS", folder: "iwildcam_v2.0", classes: 182,
      sizes: [129_809, 14_961, 42_791], template: "a photo of {}.", layout: .metadata(.iWildCam),
      source: "images, metadata.csv and categories.csv by the package wilds, https://wilds.stanford.edu/datasets",
      aliases: ["iwildcam"]),
    KnownDataset(
      "wilds-camelyon17", title: "Camelyon17-WILDS", folder: "camelyon17_v1.0", classes: 2,
      sizes: [302_436, 34_904, 85_054],
      template: "a histopathology image of {}.", layout: .metadata(.camelyon),
      source: "patches and metadata.csv by the package wilds, https://wilds.stanford.edu/datasets",
      aliases: ["camelyon17"]),
  ]
}
