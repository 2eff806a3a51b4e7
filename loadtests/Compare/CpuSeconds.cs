namespace Gateway.LoadTests.Compare;

/// <summary>CPU seconds, by who used them; or how much of them so far.</summary>
/// <param name="Own">The contestant's own processes.</param>
/// <param name="Backend">The backend; 0 where that is the contestant.</param>
/// <param name="Redis">The contestant's Redis.</param>
/// <param name="Broker">The broker.</param>
/// <param name="Generator">What made the load.</param>
/// <param name="Machine">All of the machine, with what its host kept from it, without interrupts.</param>
internal readonly record struct CpuSeconds(double Own, double Backend, double Redis, double Broker, double Generator, double Machine)
{
    public static CpuSeconds operator -(CpuSeconds after, CpuSeconds before) => new(
        after.Own - before.Own,
        after.Backend - before.Backend,
        after.Redis - before.Redis,
        after.Broker - before.Broker,
        after.Generator - before.Generator,
        after.Machine - before.Machine);

    /// <summary>Of this comparison.</summary>
    public double Ours => Own + Backend + Redis + Broker + Generator;
}
