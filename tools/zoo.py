"""The usual families of torchvision as ONNX files with random weights, random pictures and the logits that PyTorch computes.

usage: zoo.py OUT_DIR [--small] [--only NAME,NAME] [--opset N] [--samples N]
       zoo.py OUT_DIR --variants
needs PyTorch 1.13 or later, torchvision 0.14 or later and NumPy (Debian: python3-torchvision). The onnx package is not needed.

writes OUT_DIR/NAME.onnx   the network in evaluation mode, with a dynamic batch
       OUT_DIR/NAME.npz    images (float32: count, 3, height, width), labels (the class that PyTorch's logits say), and
                           logits (float32: count, classes), for a notebook; not with --small
       OUT_DIR/zoo.json    what stands in the files: name, family, opset, side of the pictures, samples, and PyTorch's logits;
                           `noise` and `pictures` say how the pictures are drawn again

Weights are torchvision's own initial ones, seeded, with these differences: biases and the gains and offsets of normalizations are
random, since their initial values would hide mistakes; running statistics are those of the random pictures; what torchvision
starts at zero (the head of a ViT, the scales of ConvNeXt's residuals) is random, too, so that it reaches the logits.

Batch norms get offsets around one standard deviation. Around zero they would make a chaotic network: each centres what a ReLU has
just made one-sided, and any disturbance grows by more than 1 dB a layer, float rounding included (Yang, Pennington, Rao,
Sohl-Dickstein, Schoenholz: "A mean field theory of batch normalization", ICLR 2019). Training does not leave networks so.

--variants writes one small network in many forms instead: see `variants`.
--small makes networks of the same operators with few channels, few layers and small pictures, for tests.
"""
import argparse, functools, json, os
import numpy as np, torch, torchvision
from torch import nn
from torchvision import models
from torchvision.models import convnext, efficientnet, mobilenetv3, regnet, resnet, vgg

SEED = 7
# Mean offset of the batch norms, in standard deviations; see above.
OFFSET = 1.0
# The first of the pictures that running statistics are found on.
SETTLING = 1000

def slimmed(network, divisor):
    """The same network with its channels divided, for families whose constructors fix them."""
    part = lambda channels: channels if channels <= 3 else channels // divisor
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Conv2d):
                groups = 1 if child.groups == 1 else part(child.groups)
                setattr(parent, name, nn.Conv2d(part(child.in_channels), part(child.out_channels), child.kernel_size,
                        child.stride, child.padding, child.dilation, groups, child.bias is not None))
            elif isinstance(child, nn.BatchNorm2d):
                setattr(parent, name, nn.BatchNorm2d(part(child.num_features), child.eps))
            elif isinstance(child, nn.Linear):
                setattr(parent, name, nn.Linear(part(child.in_features), child.out_features))
    return network

def small_squeezenet():
    network = models.squeezenet1_1(num_classes=CLASSES)
    network = slimmed(network, 8)
    network.classifier[1] = nn.Conv2d(512 // 8, CLASSES, 1)
    return network

def small_googlenet():
    network = slimmed(models.GoogLeNet(num_classes=CLASSES, aux_logits=False, init_weights=False), 16)
    # These keep the number of channels.
    network.inception4b = network.inception4c = network.inception5a = nn.Identity()
    return network

def small_vgg(batch_norm):
    network = models.VGG(vgg.make_layers([8, "M", 16, "M", 16, 16, "M"], batch_norm), num_classes=CLASSES)
    network.avgpool = nn.AdaptiveAvgPool2d(1)
    network.classifier = nn.Sequential(nn.Linear(16, 32), nn.ReLU(True), nn.Dropout(), nn.Linear(32, CLASSES))
    return network

def small_mobilenet_v3():
    block = functools.partial(mobilenetv3.InvertedResidualConfig, dilation=1, width_mult=1.0)
    setting = [block(16, 3, 16, 16, True, "RE", 2), block(16, 3, 32, 16, False, "RE", 1),
               block(16, 5, 32, 24, True, "HS", 2), block(24, 5, 48, 24, True, "HS", 1)]
    return models.MobileNetV3(setting, last_channel=32, num_classes=CLASSES)

def small_efficientnet():
    block = efficientnet.MBConvConfig
    setting = [block(1, 3, 1, 16, 8, 1), block(4, 3, 2, 8, 16, 1), block(4, 5, 2, 16, 24, 2)]
    return models.EfficientNet(setting, dropout=0.2, num_classes=CLASSES, last_channel=48)

def small_regnet():
    parameters = regnet.BlockParams.from_init_params(depth=4, w_0=16, w_a=8.0, w_m=2.0, group_width=8, se_ratio=0.25)
    return models.RegNet(parameters, num_classes=CLASSES, stem_width=16)

def small_convnext():
    block = convnext.CNBlockConfig
    return models.ConvNeXt([block(12, 16, 1), block(16, 24, 1), block(24, None, 1)], num_classes=CLASSES)

CLASSES = 10
# name: family, full network, small network, side of its pictures, and whether batch norms stay in the file
ZOO = {
    "resnet18": ("ResNet 18", models.resnet18,
                 lambda: slimmed(models.ResNet(resnet.BasicBlock, [1, 1, 1, 1], num_classes=CLASSES), 16), 64, True),
    "resnet34": ("ResNet 34", models.resnet34,
                 lambda: slimmed(models.ResNet(resnet.BasicBlock, [2, 1, 1, 1], num_classes=CLASSES), 16), 64, False),
    "resnet50": ("ResNet 50", models.resnet50,
                 lambda: slimmed(models.ResNet(resnet.Bottleneck, [1, 1, 1, 1], num_classes=CLASSES), 20), 64, False),
    "vgg11": ("VGG 11", models.vgg11, lambda: small_vgg(False), 32, False),
    "vgg11_bn": ("VGG 11 with batch norm", models.vgg11_bn, lambda: small_vgg(True), 32, True),
    "mobilenet_v2": ("MobileNet v2", models.mobilenet_v2,
                     lambda: slimmed(models.MobileNetV2(num_classes=CLASSES, inverted_residual_setting=[
                         [1, 16, 1, 1], [4, 24, 2, 2], [4, 32, 2, 2]]), 4), 32, False),
    "mobilenet_v3": ("MobileNet v3 large", models.mobilenet_v3_large, small_mobilenet_v3, 32, False),
    "squeezenet": ("SqueezeNet 1.1", models.squeezenet1_1, small_squeezenet, 48, False),
    "densenet": ("DenseNet 121", models.densenet121,
                 lambda: models.DenseNet(8, (2, 2, 2), 16, 2, num_classes=CLASSES), 32, False),
    "shufflenet_v2": ("ShuffleNet v2 x1.0", models.shufflenet_v2_x1_0,
                      lambda: models.ShuffleNetV2([2, 2, 2], [24, 16, 24, 32, 48], num_classes=CLASSES), 64, False),
    "googlenet": ("GoogLeNet", lambda: models.googlenet(aux_logits=False, init_weights=False),
                  small_googlenet, 96, False),
    "efficientnet_b0": ("EfficientNet b0", models.efficientnet_b0, small_efficientnet, 32, False),
    "regnet": ("RegNet Y 400MF", models.regnet_y_400mf, small_regnet, 32, False),
    "convnext_tiny": ("ConvNeXt tiny", models.convnext_tiny, small_convnext, 32, False),
    "vit": ("ViT B/16", models.vit_b_16,
            lambda: models.VisionTransformer(image_size=32, patch_size=8, num_layers=2, num_heads=2, hidden_dim=20,
                                             mlp_dim=40, num_classes=CLASSES), 32, False),
}

def noise(indices):
    """Numbers from -1 to 1 without order: integer arithmetic of 32 bits that any language repeats exactly."""
    x = (indices.astype(np.uint64) + 1) * 2654435761 % 2**32
    for shift in (16, 13): x = (x ^ (x >> shift)) * 2246822519 % 2**32
    return ((x >> 8).astype(np.float64) / 2**23 - 1).astype(np.float32)

def pictures(first, count, side):
    """Coarse blocks of colour, four by four of them, with fine noise on top."""
    picture, channel, row, column = np.meshgrid(np.arange(first, first + count), range(3), range(side), range(side), indexing="ij")
    fine = noise(((picture * 3 + channel) * side + row) * side + column)
    coarse = noise(2**30 + ((picture * 3 + channel) * 4 + row * 4 // side) * 4 + column * 4 // side)
    return torch.from_numpy(fine + coarse)

def randomize(network, generator):
    """Random values for all that starts at zero or one."""
    draw = lambda tensor, mean, deviation: tensor.copy_(mean + deviation * torch.randn(tensor.shape, generator=generator))
    norms = (nn.BatchNorm2d, nn.LayerNorm)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, norms):
                module.weight.copy_(0.7 + 0.6 * torch.rand(module.weight.shape, generator=generator))
                draw(module.bias, OFFSET if isinstance(module, nn.BatchNorm2d) else 0, 0.2)
            elif getattr(module, "bias", None) is not None and isinstance(module.bias, torch.Tensor):
                draw(module.bias, 0, 0.05)
        for name, parameter in network.named_parameters():
            if name.endswith("layer_scale"): draw(parameter, 0.5, 0.2)
            if name.endswith(("class_token", "in_proj_bias")): draw(parameter, 0, 0.1)
            if name == "heads.head.weight": draw(parameter, 0, parameter.shape[1] ** -0.5)

def settle(network, images):
    """Running statistics of the batch norms: those of the pictures."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    network.eval()
    for module in norms:
        module.momentum = None
        module.reset_running_stats()
        module.train()
    if norms:
        with torch.no_grad(): network(images)
    network.eval()

def make(name, folder, small, opset, count):
    family, full, cropped, small_side, keeps_norms = ZOO[name]
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    network = cropped() if small else full()
    side = small_side if small else 224
    randomize(network, generator)
    settle(network, pictures(SETTLING, 64 if small else 16, side))
    images = pictures(0, count, side)
    with torch.no_grad(): logits = network(images)
    mode = torch.onnx.TrainingMode.PRESERVE if keeps_norms else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(network, images[:2], os.path.join(folder, f"{name}.onnx"), opset_version=opset, training=mode,
                      input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    record = {"name": name, "family": family, "opset": opset, "side": side, "samples": count}
    record = {**record, "logits": [[float(value) for value in row] for row in logits]}
    if small: return record
    np.savez(os.path.join(folder, f"{name}.npz"), images=images.numpy(), labels=logits.argmax(1).numpy().astype(np.int64),
             logits=logits.numpy())
    return record

class Mixed(nn.Module):
    """What exporters write differently from one opset to the next, in a few kilobytes."""
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU6())
        self.depthwise = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.BatchNorm2d(8), nn.Hardswish())
        self.squeeze = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 4, 1), nn.SiLU(), nn.Conv2d(4, 8, 1), nn.Hardsigmoid())
        self.down = nn.Conv2d(8, 8, 3, 2, 1)
        self.up = nn.Sequential(nn.ConvTranspose2d(8, 8, 2, 2), nn.BatchNorm2d(8), nn.ReLU())
        self.grouped = nn.Sequential(nn.ZeroPad2d((1, 0, 1, 0)), nn.Conv2d(16, 8, 2, groups=2), nn.LeakyReLU(0.1))
        self.sequence = nn.Conv1d(8, 8, 3, padding=1)
        self.norm = nn.LayerNorm(8)
        self.mix = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.head = nn.Sequential(nn.Dropout(), nn.Linear(8, CLASSES))

    def forward(self, x):
        x = self.first(x)
        y = self.depthwise(x)
        x = x + y * self.squeeze(y)
        low = nn.functional.interpolate(self.down(x), scale_factor=2, mode="nearest")
        x = self.grouped(torch.cat([self.up(self.down(x)), low], 1))
        tokens = self.sequence(x.flatten(2)).transpose(1, 2)
        left, right = tokens.chunk(2, 2)
        tokens = tokens + self.mix(self.norm(torch.cat([right, left], 2))) * torch.softmax(tokens, 2)
        return self.head(tokens.mean(1).clamp(min=-2))

def mixed(generator):
    torch.manual_seed(SEED)
    network = Mixed()
    randomize(network, generator)
    settle(network, pictures(SETTLING, 64, 16))
    return network

def variants(folder):
    """One network in many forms: every opset that PyTorch writes, fixed batches, initializers that are inputs, several outputs."""
    generator = torch.Generator().manual_seed(SEED)
    network = mixed(generator)
    images = pictures(0, 8, 16)
    dynamic = {"input": {0: "batch"}, "logits": {0: "batch"}}
    def export(name, network=network, count=2, images=images, **options):
        given = {"opset_version": 17, "input_names": ["input"], "output_names": ["logits"], **options}
        torch.onnx.export(network, images[:count], os.path.join(folder, f"{name}.onnx"), **given)
    for opset in range(9, 18): export(f"mixed-opset{opset}", opset_version=opset, dynamic_axes=dynamic)
    export("mixed-batch1", count=1)
    export("mixed-batch4", count=4)
    export("mixed-inputs", opset_version=9, dynamic_axes=dynamic, keep_initializers_as_inputs=True)
    export("mixed-norms", dynamic_axes=dynamic, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    with torch.no_grad(): logits = network(images)
    torch.manual_seed(SEED)
    attention = models.VisionTransformer(image_size=16, patch_size=8, num_layers=1, num_heads=2, hidden_dim=8, mlp_dim=8,
                                         num_classes=CLASSES).eval()
    randomize(attention, generator)
    export("attention-batch1", attention, 1)
    with torch.no_grad(): attended = attention(images)
    rows = lambda tensor: [[float(value) for value in row] for row in tensor]
    record = {"side": 16, "mixed": rows(logits), "attention": rows(attended)}
    with open(os.path.join(folder, "variants.json"), "w") as file: json.dump(record, file)

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--only", default=",".join(ZOO))
    parser.add_argument("--opset", type=int, default=17)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--variants", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    if options.variants: return variants(options.folder)
    records = []
    for name in options.only.split(","):
        records.append(make(name, options.folder, options.small, options.opset, options.samples))
        print(records[-1]["family"], flush=True)
        record = {"torch": torch.__version__, "torchvision": torchvision.__version__, "models": records}
        with open(os.path.join(options.folder, "zoo.json"), "w") as file: json.dump(record, file)

if __name__ == "__main__": main()
