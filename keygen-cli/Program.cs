using Gateway.Keygen;
using Gateway.Keygen.Commands;

return await KeygenCommandLine.RunAsync(args, Surroundings.OfThisProcess());
