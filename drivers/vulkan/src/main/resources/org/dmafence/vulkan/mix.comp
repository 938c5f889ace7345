// The compute job of the Vulkan driver: each word of the first buffer, mixed as often as asked, goes into the second.
#version 450
layout(local_size_x = 64) in;
layout(std430, binding = 0) readonly buffer In { uint words[]; } source;
layout(std430, binding = 1) writeonly buffer Out { uint words[]; } target;
layout(push_constant) uniform Push { uint count; uint rounds; } push;

void main() {
    uint i = gl_GlobalInvocationID.x;
    if (i >= push.count) {
        return;
    }
    uint word = source.words[i];
    for (uint round = 0u; round < push.rounds; round++) {
        word = (word ^ (word >> 15)) * 747796405u + 2891336453u;
    }
    target.words[i] = word;
}
