"""The numbers behind the analyses: null models, kernels, gains, likelihoods; networks and arrays in, arrays out."""
