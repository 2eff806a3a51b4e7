namespace Gateway.Keygen.Doctor;

/// <summary>Looks at one dependency, from the outside to the inside: what has to be there first comes first.</summary>
internal interface IExamination
{
    /// <summary>The check that fails where nothing can be looked at.</summary>
    string Name { get; }

    /// <summary>What to do where nothing can be looked at.</summary>
    string Advice { get; }

    /// <summary>Returns when all is looked at that can be. What it throws is a finding too.</summary>
    Task RunAsync(Findings findings, CancellationToken cancellationToken);
}
